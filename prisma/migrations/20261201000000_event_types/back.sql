-- Types of a tenant's own are lost; events, subscriptions and deliveries of them stay.
DROP TABLE "EventType";
