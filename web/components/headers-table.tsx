import { Lock } from 'lucide-react';

export interface HeadersTableProps {
  headers: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly isSecret: boolean;
  }[];
  label: string;
}

/** HTTP headers as they were; of secret ones the name alone. */
export function HeadersTable({ headers, label }: HeadersTableProps) {
  if (headers.length === 0) return <p className="text-sm text-muted">No headers.</p>;
  return (
    <table aria-label={label} className="w-full text-left text-xs">
      <thead className="sr-only">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line font-mono">
        {headers.map((header, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a header's name may come twice
          <tr key={`${header.name}-${index}`} className="align-top">
            <th scope="row" className="w-0 py-1.5 pr-4 font-normal text-muted">
              {/* As wide as the longest name needs, and no more than leaves room for values. */}
              <span className="block w-max max-w-[min(14rem,38vw)] wrap-anywhere">
                {header.name}
              </span>
            </th>
            <td className="py-1.5 wrap-anywhere">
              {header.isSecret || header.value === null ? <KeptSecret /> : header.value}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function KeptSecret() {
  return (
    <span className="inline-flex items-center gap-1 font-sans text-muted italic">
      <Lock aria-hidden className="size-3" />
      kept secret
    </span>
  );
}
