/** A page that is still to come. */
export function SettingsPage() {
  return <h1>SettingsPage</h1>;
}
