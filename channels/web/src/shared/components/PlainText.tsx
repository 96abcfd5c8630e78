/** Plain text as paragraphs, with its line breaks and with web addresses as links. */
import { paragraphs, pieces } from '../links';

export function PlainText({ text }: { text: string }) {
  return (
    <>
      {paragraphs(text).map((paragraph) => (
        <p class="para" key={paragraph}>
          {pieces(paragraph).map((piece) =>
            piece.url ? (
              <a href={piece.url} target="_blank" rel="noopener noreferrer" key={piece.url}>
                {piece.text}
              </a>
            ) : (
              piece.text
            ),
          )}
        </p>
      ))}
    </>
  );
}
