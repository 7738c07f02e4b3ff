// Loaded into a process before all else: its clock is CLOCK_SHIFT_MS ahead, or behind. Waits last as
// long as ever, as on a machine whose clock is wrong.
const shift = Number(process.env['CLOCK_SHIFT_MS']);
const RightDate = Date;

globalThis.Date = class Date extends RightDate {
  constructor(...parts) {
    if (parts.length === 0) super(RightDate.now() + shift);
    else super(...parts);
  }

  static now() {
    return RightDate.now() + shift;
  }
};
