import { Monitor, Moon, Sun } from 'lucide-react';

import { useTheme, type Theme } from '../lib/theme.ts';
import { Segmented, type SegmentedOption } from './form/segmented.tsx';

const OPTIONS: readonly SegmentedOption<Theme>[] = [
  { value: 'system', label: 'System theme', icon: Monitor },
  { value: 'light', label: 'Light theme', icon: Sun },
  { value: 'dark', label: 'Dark theme', icon: Moon },
];

/** System, light or dark. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme();
  return <Segmented label="Theme" value={theme} onChange={setTheme} options={OPTIONS} isIconOnly />;
}
