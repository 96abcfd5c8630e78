/** The courses that are coming, with dates, sign-up and calendar files. */
import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../shared/components/Dialog';
import type { Course } from '../../shared/types';
import { fetchCourses } from '../api';
import { i18n, t } from '../i18n';
import { CourseList } from './CourseList';

export function CoursesDialog({ municipality, onClose }: { municipality: string; onClose: () => void }) {
  const [courses, setCourses] = useState<Course[] | null>(null);
  const [failed, setFailed] = useState(false);
  const language = i18n.language.value;
  useEffect(() => {
    fetchCourses(municipality, language)
      .then(setCourses)
      .catch(() => setFailed(true));
  }, [municipality, language]);
  return (
    <Dialog title={t('courses.title')} closeLabel={t('dialog.close')} onClose={onClose}>
      <p role="status">{failed ? t('courses.failed') : courses === null ? t('courses.loading') : courses.length === 0 ? t('courses.none') : ''}</p>
      {courses && <CourseList courses={courses} />}
    </Dialog>
  );
}
