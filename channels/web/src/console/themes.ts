/** The themes that talks and articles have, which are also the teams that a talk can be sent to. */
import { t } from '../shared/staff/i18n';

export const TEAMS = ['dementia', 'cancer', 'mental-health-addiction', 'children-families', 'general'] as const;

export const themeName = (theme: string | null | undefined): string => (theme ? t(`theme.${theme}`) || theme : '');
