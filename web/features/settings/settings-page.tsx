import { PageHeader } from '../../components/page-header.tsx';
import { ApiKeysSection } from './api-keys-section.tsx';
import { InstallationSection } from './installation-section.tsx';
import { PreferencesSection } from './preferences-section.tsx';
import { useApiKeys } from './use-api-keys.ts';

/** API keys, what the installation runs on, and what this browser keeps. */
export function SettingsPage() {
  const apiKeys = useApiKeys();
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title="Settings" />
      <ApiKeysSection apiKeys={apiKeys} />
      {/* Not before it is known how long the list above is, or they would jump. */}
      {apiKeys.isSettled && (
        <div className="grid gap-4 lg:grid-cols-2">
          <InstallationSection />
          <PreferencesSection />
        </div>
      )}
    </div>
  );
}
