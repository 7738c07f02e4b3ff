import { SecretBox } from '../../../components/dialog/secret-box.tsx';
import { ShownOnceDialog } from '../../../components/dialog/shown-once-dialog.tsx';
import { HowToVerify } from './how-to-verify.tsx';

export interface SecretDialogProps {
  /** `Webhook created`. */
  title: string;
  /** What holds for this secret from now on. */
  note?: string | undefined;
  secret: string;
  onClose: () => void;
}

/** A webhook's secret at the only moment it can be seen. */
export function SecretDialog({ title, note, secret, onClose }: SecretDialogProps) {
  return (
    <ShownOnceDialog
      title={title}
      what="secret"
      ifLost="If it is lost, a new one has to be made and given to the receiver."
      onClose={onClose}
    >
      <div className="flex flex-col gap-5">
        <SecretBox label="Signing secret" value={secret} note={note} />
        <section className="flex flex-col gap-2">
          <h3 className="font-semibold">How to verify</h3>
          <HowToVerify />
        </section>
      </div>
    </ShownOnceDialog>
  );
}
