/** Courses with their dates, sign-up and calendar file. */
import { dateTimeText } from '../../shared/dates';
import { safeUrl } from '../../shared/links';
import type { Course } from '../../shared/types';
import { i18n, t } from '../i18n';

export function CourseList({ courses }: { courses: Course[] }) {
  if (courses.length === 0) return null;
  return (
    <ul class="courses">
      {courses.map((course) => (
        <li key={course.id ?? course.title}>
          <strong>{course.title}</strong>
          {course.example && <span class="tag">{t('course.example')}</span>}
          <span>{[dateTimeText(course.starts_at, i18n.language.value), course.place].filter(Boolean).join(' · ')}</span>
          <span class="row">
            {safeUrl(course.url) && (
              <a href={course.url ?? ''} target="_blank" rel="noopener noreferrer">
                {t('course.sign_up')}
              </a>
            )}
            {course.id && (
              <a href={`/api/v1/courses/${encodeURIComponent(course.id)}.ics`} download>
                {t('course.calendar')}
              </a>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
