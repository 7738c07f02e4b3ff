/** Runs a function once, soon; the returned function calls it off. */
export type Schedule = (run: () => void) => () => void;

/** Hidden pages draw no frames, and a requested one may never come. */
const LATEST_MS = 250;
/** Where nothing draws frames at all. */
const FRAME_MS = 16;

/** With the next animation frame, or a little later where there is none. */
export const scheduleFrame: Schedule = (run) => {
  const hasFrames = typeof requestAnimationFrame === 'function';
  const cancel = () => {
    clearTimeout(timer);
    if (frame !== null) cancelAnimationFrame(frame);
  };
  const fire = () => {
    cancel();
    run();
  };
  const timer = setTimeout(fire, hasFrames ? LATEST_MS : FRAME_MS);
  const frame = hasFrames ? requestAnimationFrame(fire) : null;
  return cancel;
};
