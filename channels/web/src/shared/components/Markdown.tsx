/** Shows Markdown; the renderer is fetched first when somebody needs it. */
import { useEffect, useState } from 'preact/hooks';

export function Markdown({ source, lang, dir }: { source: string; lang?: string; dir?: 'ltr' | 'rtl' }) {
  const [html, setHtml] = useState('');
  useEffect(() => {
    let current = true;
    void import('../markdown').then(({ renderMarkdown }) => {
      if (current) setHtml(renderMarkdown(source));
    });
    return () => {
      current = false;
    };
  }, [source]);
  // The HTML is sanitised by DOMPurify in renderMarkdown.
  return <div class="markdown" lang={lang} dir={dir} dangerouslySetInnerHTML={{ __html: html }} />;
}
