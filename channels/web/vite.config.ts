/** Builds the four pages (widget, console, editor, demo) with hashed assets under /static/assets/. */
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/static/',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { widget: 'widget.html', console: 'console.html', editor: 'editor.html', demo: 'demo.html' },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080' } },
});
