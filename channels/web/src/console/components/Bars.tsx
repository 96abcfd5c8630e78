/** Counts as a table with a bar for each; a small count comes as "<5" and has no bar. */
interface Props {
  title: string;
  counts: Record<string, number | string>;
  label: (key: string) => string;
}

export function Bars({ title, counts, label }: Props) {
  const rows = Object.entries(counts);
  if (rows.length === 0) return null;
  const most = Math.max(1, ...rows.map(([, value]) => (typeof value === 'number' ? value : 0)));
  return (
    <section class="stack">
      <h3>{title}</h3>
      <table class="table bars">
        <tbody>
          {rows.map(([key, value]) => (
            <tr key={key}>
              <th scope="row">{label(key)}</th>
              <td class="number">{value}</td>
              <td class="bar" aria-hidden="true">
                {typeof value === 'number' && value > 0 && <meter min={0} max={most} value={value} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
