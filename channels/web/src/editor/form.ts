/** What stands in an article's fields: from the draft if there is one, else from what is published. */
import type { FullArticle, Texts } from './api';

export const WORDS_MOST = 90;

export interface Fields {
  title: string;
  answer: string;
  body: string;
  questions: string;
  status: string;
  reviewedOn: string;
}

export function versionOf(article: FullArticle, language: string) {
  return article.draft?.[language] ?? article.published[language] ?? null;
}

export function fieldsOf(article: FullArticle, language: string): Fields {
  const texts = versionOf(article, language);
  return {
    title: texts?.title ?? '',
    answer: texts?.answer ?? '',
    body: texts?.body ?? '',
    questions: (texts?.questions ?? []).join('\n'),
    status: article.status,
    reviewedOn: article.reviewed_on ?? '',
  };
}

export function textsOf(fields: Fields): Texts {
  return {
    title: fields.title.trim(),
    answer: fields.answer.trim(),
    body: fields.body,
    questions: fields.questions.split('\n').map((line) => line.trim()).filter(Boolean),
  };
}

export function sameFields(one: Fields, other: Fields): boolean {
  return (Object.keys(one) as Array<keyof Fields>).every((key) => one[key] === other[key]);
}

export function countWords(text: string): number {
  return text.trim().split(/\s+/u).filter(Boolean).length;
}
