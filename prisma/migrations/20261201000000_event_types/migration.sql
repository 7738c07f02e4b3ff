-- CreateTable
CREATE TABLE "EventType" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "group" TEXT NOT NULL,
    "description" TEXT,
    "sample" TEXT NOT NULL,
    "deprecatedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EventType_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "EventType_tenantId_name_key" ON "EventType"("tenantId", "name");

-- The 23 of the brief, which all tenants had until now.
INSERT INTO "EventType" ("id", "tenantId", "name", "group", "description", "sample")
SELECT uuid_v7_at(now()), tenant."id", brief.name, brief."group", brief.description, brief.sample
FROM "Tenant" tenant CROSS JOIN (
  VALUES
    ('user.created', 'User', 'A user account was created.', '{"user_id":12345,"email":"user@example.com","name":"John Doe","created_at":"2025-01-01T00:00:00Z"}'),
    ('user.updated', 'User', 'Details of a user account changed.', '{"user_id":12345,"changes":{"name":{"from":"John Doe","to":"John Q. Doe"}},"updated_at":"2025-01-05T14:20:00Z"}'),
    ('user.deleted', 'User', 'A user account was deleted.', '{"user_id":12345,"reason":"requested_by_user","deleted_at":"2025-02-01T09:00:00Z"}'),
    ('order.created', 'Order', 'An order was placed.', '{"order_id":"ord_90210","customer_id":12345,"currency":"EUR","total":89.7,"items":[{"sku":"MUG-01","quantity":2,"unit_price":14.9},{"sku":"KETTLE-07","quantity":1,"unit_price":59.9}],"created_at":"2025-01-10T11:32:00Z"}'),
    ('order.updated', 'Order', 'An order changed before it was completed.', '{"order_id":"ord_90210","changes":{"shipping_method":{"from":"standard","to":"express"}},"updated_at":"2025-01-10T12:05:00Z"}'),
    ('order.completed', 'Order', 'An order was fulfilled.', '{"order_id":"ord_90210","customer_id":12345,"currency":"EUR","total":89.7,"completed_at":"2025-01-12T16:45:00Z"}'),
    ('order.cancelled', 'Order', 'An order was cancelled.', '{"order_id":"ord_90210","reason":"out_of_stock","refunded":true,"cancelled_at":"2025-01-11T08:15:00Z"}'),
    ('payment.completed', 'Payment', 'A payment went through.', '{"payment_id":"pay_55001","order_id":"ord_90210","amount":89.7,"currency":"EUR","method":"card","completed_at":"2025-01-10T11:33:12Z"}'),
    ('payment.failed', 'Payment', 'A payment was declined or could not be carried out.', '{"payment_id":"pay_55002","order_id":"ord_90211","amount":24.5,"currency":"EUR","method":"card","failure_code":"insufficient_funds","failed_at":"2025-01-10T11:40:02Z"}'),
    ('project.created', 'Project', 'A project was set up.', '{"project_id":"prj_301","name":"Website relaunch","owner_id":12345,"due_on":"2025-06-30","created_at":"2025-01-15T10:00:00Z"}'),
    ('project.updated', 'Project', 'Details of a project changed.', '{"project_id":"prj_301","changes":{"due_on":{"from":"2025-06-30","to":"2025-07-15"}},"updated_at":"2025-03-02T13:10:00Z"}'),
    ('project.completed', 'Project', 'A project was brought to its end.', '{"project_id":"prj_301","name":"Website relaunch","tasks_completed":48,"completed_at":"2025-07-14T17:00:00Z"}'),
    ('document.created', 'Document', 'A document was created or uploaded.', '{"document_id":"doc_7788","title":"Quarterly plan","content_type":"application/pdf","size_bytes":482133,"author_id":12345,"created_at":"2025-01-20T09:12:00Z"}'),
    ('document.updated', 'Document', 'A document got a new version.', '{"document_id":"doc_7788","title":"Quarterly plan","version":3,"editor_id":12346,"updated_at":"2025-01-22T15:41:00Z"}'),
    ('document.shared', 'Document', 'A document was shared with others.', '{"document_id":"doc_7788","shared_by":12345,"shared_with":["ana@example.com","li@example.com"],"permission":"comment","shared_at":"2025-01-23T08:30:00Z"}'),
    ('meeting.scheduled', 'Meeting', 'A meeting was put in the calendar.', '{"meeting_id":"mtg_410","title":"Kick-off","organizer_id":12345,"attendees":["ana@example.com","li@example.com"],"starts_at":"2025-02-03T09:00:00Z","ends_at":"2025-02-03T10:00:00Z"}'),
    ('meeting.started', 'Meeting', 'A meeting began.', '{"meeting_id":"mtg_410","participants":5,"started_at":"2025-02-03T09:01:30Z"}'),
    ('meeting.ended', 'Meeting', 'A meeting ended.', '{"meeting_id":"mtg_410","participants":6,"duration_seconds":3240,"ended_at":"2025-02-03T09:55:30Z"}'),
    ('email.received', 'Email', 'An email arrived.', '{"email_id":"eml_6001","from":"customer@example.com","to":["support@example.com"],"subject":"Question about my order","has_attachments":false,"received_at":"2025-02-10T07:22:00Z"}'),
    ('email.sent', 'Email', 'An email was sent.', '{"email_id":"eml_6002","from":"support@example.com","to":["customer@example.com"],"subject":"Re: Question about my order","sent_at":"2025-02-10T08:05:00Z"}'),
    ('task.created', 'Task', 'A task was created.', '{"task_id":"tsk_9001","project_id":"prj_301","title":"Draft the landing page","assignee_id":12346,"priority":"high","created_at":"2025-01-16T10:30:00Z"}'),
    ('task.completed', 'Task', 'A task was done.', '{"task_id":"tsk_9001","project_id":"prj_301","completed_by":12346,"completed_at":"2025-01-21T16:20:00Z"}'),
    ('analytics.report_generated', 'Analytics', 'A report is ready to be read.', '{"report_id":"rpt_2025_01","name":"Monthly revenue","period":{"from":"2025-01-01","to":"2025-01-31"},"metrics":{"revenue":125430.5,"orders":1893,"conversion_rate":0.0325},"generated_at":"2025-02-01T02:00:00Z"}')
) AS brief(name, "group", description, sample);
