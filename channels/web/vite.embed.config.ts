/** Builds the loader that municipalities put on their own pages: dist/embed.js, one un-hashed IIFE. */
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/static/',
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: 'src/embed/embed.ts', formats: ['iife'], name: 'NaerEmbed', fileName: () => 'embed.js' },
  },
});
