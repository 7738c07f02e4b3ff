import { LoaderCircle, type LucideIcon } from 'lucide-react';
import type { ComponentProps, MouseEvent } from 'react';

import { classNames } from '../../lib/class-names.ts';
import { Tooltip } from '../overlay/tooltip.tsx';

export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';
export type ButtonSize = 'sm' | 'md';

interface ButtonLook {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
}

const BASE =
  'inline-flex shrink-0 items-center justify-center rounded-md border font-medium whitespace-nowrap ' +
  'select-none motion-safe:transition-colors ' +
  'disabled:opacity-50 aria-disabled:cursor-not-allowed disabled:cursor-not-allowed';

const VARIANTS: Record<ButtonVariant, string> = {
  primary:
    'border-transparent bg-accent text-accent-ink shadow-xs not-disabled:hover:bg-accent-strong',
  secondary:
    'border-line-strong bg-surface text-ink shadow-xs not-disabled:hover:bg-hover data-[state=open]:bg-hover',
  ghost:
    'border-transparent text-muted not-disabled:hover:bg-hover not-disabled:hover:text-ink data-[state=open]:bg-hover data-[state=open]:text-ink',
  danger: 'border-transparent bg-failed text-surface shadow-xs not-disabled:hover:opacity-90',
};

const SIZES: Record<ButtonSize, string> = {
  sm: 'h-8 gap-1.5 px-2.5 text-sm',
  md: 'h-9 gap-2 px-3.5 text-base',
};

const ICON_ONLY: Record<ButtonSize, string> = { sm: 'size-8', md: 'size-9' };

/** The look of a button, for a link that acts as one. */
export function buttonClasses({ variant = 'secondary', size = 'md' }: ButtonLook = {}): string {
  return classNames(BASE, VARIANTS[variant], SIZES[size]);
}

export interface ButtonProps extends ComponentProps<'button'>, ButtonLook {
  icon?: LucideIcon | undefined;
  /** Its work is under way: it keeps the focus, shows a spinner and takes no second click. */
  isBusy?: boolean | undefined;
}

/** `type="button"` by default: only a form's own button submits it. */
export function Button(props: ButtonProps) {
  const { variant, size, icon, isBusy, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      {...busyProps(isBusy, onClick)}
      className={classNames(buttonClasses({ variant, size }), className)}
    >
      <ButtonIcon icon={icon} isBusy={isBusy} />
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'aria-label'> {
  /** What it does; read aloud, and shown on hover. */
  label: string;
  icon: LucideIcon;
}

/** A button with an icon alone. */
export function IconButton(props: IconButtonProps) {
  const {
    label,
    icon,
    variant = 'ghost',
    size = 'sm',
    isBusy,
    className,
    onClick,
    ...rest
  } = props;
  return (
    <Tooltip content={label}>
      <button
        type="button"
        {...rest}
        {...busyProps(isBusy, onClick)}
        aria-label={label}
        className={classNames(BASE, VARIANTS[variant], ICON_ONLY[size], className)}
      >
        <ButtonIcon icon={icon} isBusy={isBusy} />
      </button>
    </Tooltip>
  );
}

function ButtonIcon({ icon: Icon, isBusy }: Pick<ButtonProps, 'icon' | 'isBusy'>) {
  if (isBusy === true) {
    return <LoaderCircle aria-hidden className="size-4 shrink-0 motion-safe:animate-spin" />;
  }
  return Icon === undefined ? null : <Icon aria-hidden className="size-4 shrink-0" />;
}

/** Not `disabled`, which would drop the focus to the page's top while the work runs. */
function busyProps(isBusy: boolean | undefined, onClick: ButtonProps['onClick']) {
  if (isBusy !== true) return { onClick };
  return {
    'aria-busy': true,
    'aria-disabled': true,
    onClick: (event: MouseEvent<HTMLButtonElement>) => event.preventDefault(),
  } as const;
}
