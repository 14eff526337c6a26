/** RFC 9110, 9.2.2, and the idempotent methods of the IANA registry of HTTP methods. */
const idempotentMethods = new Set(
  (
    'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY DELETE GET HEAD LABEL LINK MERGE MKACTIVITY MKCALENDAR ' +
    'MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT ' +
    'SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL'
  ).split(' '),
);

/** Method names are case-sensitive (RFC 9110, 9.1). */
export function isIdempotentMethod(method: string): boolean {
  return idempotentMethods.has(method);
}
