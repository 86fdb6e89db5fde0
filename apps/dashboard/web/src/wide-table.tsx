import { Table, TableScrollContainer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconSelector } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './wide-table.module.css';

export type Column = {
  name: string;
  isNumber?: boolean;
  isHidden?: boolean;
  /** Stands in the heading instead of its name. */
  control?: ReactNode;
  /** With `onSort`: whether the rows stand in its order now. */
  sorted?: 'ascending' | 'descending' | undefined;
  /** Makes the heading a button. */
  onSort?: () => void;
};

/** Whether the screen has room for one. Where it has not, rows are cards. */
export function useIsWide(): boolean {
  return useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false });
}

/** A table that scrolls sideways inside its own frame where it is wider than the screen. */
export function WideTable({
  label,
  columns,
  minWidth,
  children,
}: {
  label: string;
  columns: Column[];
  minWidth: number;
  children: ReactNode;
}) {
  return (
    <TableScrollContainer
      minWidth={minWidth}
      type="native"
      tabIndex={0}
      role="group"
      aria-label={label}
      className={classes.frame}
    >
      <Table className={classes.table} verticalSpacing="xs" horizontalSpacing="sm" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th
                key={column.name}
                scope="col"
                ta={column.isNumber === true ? 'right' : 'left'}
                aria-sort={column.sorted}
              >
                <Heading {...column} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </TableScrollContainer>
  );
}

function Heading({ name, isHidden, control, sorted, onSort }: Column) {
  if (control !== undefined) return control;
  if (isHidden === true) return <span className={classes.unseen}>{name}</span>;
  if (onSort === undefined) return name;
  const Icon = sorted === undefined ? IconSelector : sorted === 'ascending' ? IconChevronUp : IconChevronDown;
  return (
    <button type="button" className={classes.sort} data-sorted={sorted !== undefined} onClick={onSort}>
      {name}
      <Icon size={12} aria-hidden />
    </button>
  );
}
