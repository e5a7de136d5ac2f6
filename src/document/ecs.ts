// The version of the Elastic Common Schema that field names follow, as every document states it.

/** A test holds it and all names to what Elastic publishes of this version. */
export const ECS_VERSION = '8.11.0';
