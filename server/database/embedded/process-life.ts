import { faultCode } from '../../faults/startup-error.ts';

/** Whether some process has this number now; not whether it is the one that had it before. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but another user's.
    return faultCode(error) === 'EPERM';
  }
}
