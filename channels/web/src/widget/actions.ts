/** What a relative does with the talk as a whole: another language, coming back by a code, deleting it. */
import { ApiError } from '../shared/http';
import * as api from './api';
import { i18n } from './i18n';
import * as memory from './remember';
import type { Talk } from './talk';

export async function changeLanguage(talk: Talk, code: string): Promise<void> {
  memory.storeLanguage(code);
  await i18n.setLanguage(code);
  const session = talk.session.value;
  if (session) await api.setTalkLanguage(session, code).catch(() => (talk.notice.value = 'notice.language_failed'));
}

/** Goes on with a talk that a code has opened, in the language it was in. */
export async function resume(talk: Talk, code: string): Promise<void> {
  const { id, token, municipality, language } = await api.resumeTalk(code);
  if (municipality !== talk.municipality) throw new ApiError(404, 'other_municipality', 'The talk is with another municipality');
  memory.storeLanguage(language);
  await i18n.setLanguage(language);
  talk.leave();
  memory.storeTalk({ id, token, municipality });
  talk.notice.value = 'notice.resumed';
  void talk.start();
}

export async function erase(talk: Talk): Promise<void> {
  const session = talk.session.value;
  if (session) {
    try {
      await api.deleteTalk(session);
    } catch (error) {
      if (!(error instanceof ApiError && error.gone)) throw error;
    }
    memory.forgetEverything();
    memory.storeLanguage(i18n.language.value);
  }
  talk.draft.value = '';
  talk.startAnew('notice.deleted');
}
