import { describe, expect, it } from 'vitest';

import { canonicalJson } from '../../server/domain/json/canonical-json.ts';
import { EVENT_TYPES } from '../../server/domain/event/event-catalogue.ts';

/** As the brief lists them. */
const BRIEF = {
  User: 'user.created user.updated user.deleted',
  Order: 'order.created order.updated order.completed order.cancelled',
  Payment: 'payment.completed payment.failed',
  Project: 'project.created project.updated project.completed',
  Document: 'document.created document.updated document.shared',
  Meeting: 'meeting.scheduled meeting.started meeting.ended',
  Email: 'email.received email.sent',
  Task: 'task.created task.completed',
  Analytics: 'analytics.report_generated',
};

describe('the event catalogue', () => {
  it("holds the brief's types under the brief's groups", () => {
    const expected = Object.entries(BRIEF).flatMap(([group, names]) =>
      names.split(' ').map((name) => `${group}: ${name}`),
    );
    expect(EVENT_TYPES.map(({ group, name }) => `${group}: ${name}`)).toEqual(expected);
  });

  it('has a sample for each that can be sent', () => {
    for (const { sample } of EVENT_TYPES) {
      expect(JSON.parse(canonicalJson(sample))).toEqual(sample);
      expect(Object.keys(sample).length).toBeGreaterThan(1);
    }
  });
});
