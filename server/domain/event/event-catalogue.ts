/** One kind of event that a webhook may subscribe to. */
export interface EventType {
  /** Dot-separated, e.g. user.created. */
  readonly name: string;
  /** The group it is shown under, e.g. User. */
  readonly group: string;
  readonly description: string;
  /** An example payload. */
  readonly sample: Readonly<Record<string, unknown>>;
}

/** The event types of the brief, in its order. */
export const EVENT_TYPES: readonly EventType[] = [
  {
    name: 'user.created',
    group: 'User',
    description: 'A user account was created.',
    sample: {
      user_id: 12345,
      email: 'user@example.com',
      name: 'John Doe',
      created_at: '2025-01-01T00:00:00Z',
    },
  },
  {
    name: 'user.updated',
    group: 'User',
    description: 'Details of a user account changed.',
    sample: {
      user_id: 12345,
      changes: { name: { from: 'John Doe', to: 'John Q. Doe' } },
      updated_at: '2025-01-05T14:20:00Z',
    },
  },
  {
    name: 'user.deleted',
    group: 'User',
    description: 'A user account was deleted.',
    sample: { user_id: 12345, reason: 'requested_by_user', deleted_at: '2025-02-01T09:00:00Z' },
  },
  {
    name: 'order.created',
    group: 'Order',
    description: 'An order was placed.',
    sample: {
      order_id: 'ord_90210',
      customer_id: 12345,
      currency: 'EUR',
      total: 89.7,
      items: [
        { sku: 'MUG-01', quantity: 2, unit_price: 14.9 },
        { sku: 'KETTLE-07', quantity: 1, unit_price: 59.9 },
      ],
      created_at: '2025-01-10T11:32:00Z',
    },
  },
  {
    name: 'order.updated',
    group: 'Order',
    description: 'An order changed before it was completed.',
    sample: {
      order_id: 'ord_90210',
      changes: { shipping_method: { from: 'standard', to: 'express' } },
      updated_at: '2025-01-10T12:05:00Z',
    },
  },
  {
    name: 'order.completed',
    group: 'Order',
    description: 'An order was fulfilled.',
    sample: {
      order_id: 'ord_90210',
      customer_id: 12345,
      currency: 'EUR',
      total: 89.7,
      completed_at: '2025-01-12T16:45:00Z',
    },
  },
  {
    name: 'order.cancelled',
    group: 'Order',
    description: 'An order was cancelled.',
    sample: {
      order_id: 'ord_90210',
      reason: 'out_of_stock',
      refunded: true,
      cancelled_at: '2025-01-11T08:15:00Z',
    },
  },
  {
    name: 'payment.completed',
    group: 'Payment',
    description: 'A payment went through.',
    sample: {
      payment_id: 'pay_55001',
      order_id: 'ord_90210',
      amount: 89.7,
      currency: 'EUR',
      method: 'card',
      completed_at: '2025-01-10T11:33:12Z',
    },
  },
  {
    name: 'payment.failed',
    group: 'Payment',
    description: 'A payment was declined or could not be carried out.',
    sample: {
      payment_id: 'pay_55002',
      order_id: 'ord_90211',
      amount: 24.5,
      currency: 'EUR',
      method: 'card',
      failure_code: 'insufficient_funds',
      failed_at: '2025-01-10T11:40:02Z',
    },
  },
  {
    name: 'project.created',
    group: 'Project',
    description: 'A project was set up.',
    sample: {
      project_id: 'prj_301',
      name: 'Website relaunch',
      owner_id: 12345,
      due_on: '2025-06-30',
      created_at: '2025-01-15T10:00:00Z',
    },
  },
  {
    name: 'project.updated',
    group: 'Project',
    description: 'Details of a project changed.',
    sample: {
      project_id: 'prj_301',
      changes: { due_on: { from: '2025-06-30', to: '2025-07-15' } },
      updated_at: '2025-03-02T13:10:00Z',
    },
  },
  {
    name: 'project.completed',
    group: 'Project',
    description: 'A project was brought to its end.',
    sample: {
      project_id: 'prj_301',
      name: 'Website relaunch',
      tasks_completed: 48,
      completed_at: '2025-07-14T17:00:00Z',
    },
  },
  {
    name: 'document.created',
    group: 'Document',
    description: 'A document was created or uploaded.',
    sample: {
      document_id: 'doc_7788',
      title: 'Quarterly plan',
      content_type: 'application/pdf',
      size_bytes: 482133,
      author_id: 12345,
      created_at: '2025-01-20T09:12:00Z',
    },
  },
  {
    name: 'document.updated',
    group: 'Document',
    description: 'A document got a new version.',
    sample: {
      document_id: 'doc_7788',
      title: 'Quarterly plan',
      version: 3,
      editor_id: 12346,
      updated_at: '2025-01-22T15:41:00Z',
    },
  },
  {
    name: 'document.shared',
    group: 'Document',
    description: 'A document was shared with others.',
    sample: {
      document_id: 'doc_7788',
      shared_by: 12345,
      shared_with: ['ana@example.com', 'li@example.com'],
      permission: 'comment',
      shared_at: '2025-01-23T08:30:00Z',
    },
  },
  {
    name: 'meeting.scheduled',
    group: 'Meeting',
    description: 'A meeting was put in the calendar.',
    sample: {
      meeting_id: 'mtg_410',
      title: 'Kick-off',
      organizer_id: 12345,
      attendees: ['ana@example.com', 'li@example.com'],
      starts_at: '2025-02-03T09:00:00Z',
      ends_at: '2025-02-03T10:00:00Z',
    },
  },
  {
    name: 'meeting.started',
    group: 'Meeting',
    description: 'A meeting began.',
    sample: { meeting_id: 'mtg_410', participants: 5, started_at: '2025-02-03T09:01:30Z' },
  },
  {
    name: 'meeting.ended',
    group: 'Meeting',
    description: 'A meeting ended.',
    sample: {
      meeting_id: 'mtg_410',
      participants: 6,
      duration_seconds: 3240,
      ended_at: '2025-02-03T09:55:30Z',
    },
  },
  {
    name: 'email.received',
    group: 'Email',
    description: 'An email arrived.',
    sample: {
      email_id: 'eml_6001',
      from: 'customer@example.com',
      to: ['support@example.com'],
      subject: 'Question about my order',
      has_attachments: false,
      received_at: '2025-02-10T07:22:00Z',
    },
  },
  {
    name: 'email.sent',
    group: 'Email',
    description: 'An email was sent.',
    sample: {
      email_id: 'eml_6002',
      from: 'support@example.com',
      to: ['customer@example.com'],
      subject: 'Re: Question about my order',
      sent_at: '2025-02-10T08:05:00Z',
    },
  },
  {
    name: 'task.created',
    group: 'Task',
    description: 'A task was created.',
    sample: {
      task_id: 'tsk_9001',
      project_id: 'prj_301',
      title: 'Draft the landing page',
      assignee_id: 12346,
      priority: 'high',
      created_at: '2025-01-16T10:30:00Z',
    },
  },
  {
    name: 'task.completed',
    group: 'Task',
    description: 'A task was done.',
    sample: {
      task_id: 'tsk_9001',
      project_id: 'prj_301',
      completed_by: 12346,
      completed_at: '2025-01-21T16:20:00Z',
    },
  },
  {
    name: 'analytics.report_generated',
    group: 'Analytics',
    description: 'A report is ready to be read.',
    sample: {
      report_id: 'rpt_2025_01',
      name: 'Monthly revenue',
      period: { from: '2025-01-01', to: '2025-01-31' },
      metrics: { revenue: 125430.5, orders: 1893, conversion_rate: 0.0325 },
      generated_at: '2025-02-01T02:00:00Z',
    },
  },
];
