// The one table from status codes of absl and gRPC to HTTP status codes. `rest` follows the mapping
// of google/rpc/code.proto except 422, which tells a failed precondition from malformed input, and
// 503 for a cancelled call. The other columns are what clients of Posterrama 2.9.4 expect on its
// routes.
//
//   code                rest  if_match  account  device  settings  probe  file  image  access
//   INVALID_ARGUMENT    400   400       400      400     400       400    400   400    503
//   OUT_OF_RANGE        400   400       503      503     503       400    416   302    503
//   UNAUTHENTICATED     401   401       401      503     503       400    503   503    401
//   PERMISSION_DENIED   403   403       403      503     503       400    400   302    403
//   NOT_FOUND           404   404       404      404     503       400    404   302    503
//   ALREADY_EXISTS      409   409       403      503     503       400    503   503    503
//   ABORTED             409   412       503      409     409       400    503   503    503
//   FAILED_PRECONDITION 422   422       403      503     503       400    500   302    503
//   RESOURCE_EXHAUSTED  429   429       429      429     503       400    503   503    429
//   UNIMPLEMENTED       501   501       503      503     503       400    503   503    503
//   CANCELLED           503   503       503      503     503       400    503   503    503
//   UNAVAILABLE         503   503       503      503     503       503    503   503    503
//   DEADLINE_EXCEEDED   504   504       503      503     503       400    503   503    503
//   DATA_LOSS           500   500       503      503     503       400    500   302    503
//   UNKNOWN, INTERNAL   500   500       503      503     503       400    503   503    503
//
// Why columns differ from `rest`:
//   if_match   the request has If-Match, whose failure is 412 (RFC 9110 section 13.1.1)
//   account    pages show the text of a 403 for a refused change, including one that came too late
//   device     displays keep their identity and try again after 503; 401, 403 and 410 would make
//              them register again, so only routes that are certain send those
//   settings   every failure that is not the user's is 503, after which the page keeps the input
//   probe      what a tested media server answers is shown as 400 with the text
//   file       a path that leaves its folder is 400; a damaged file is 500
//   image      302 is the redirect to the fallback image; see ClassifyImageFailure for the reasons
//              that override the code
//   access     check of credentials: 401 and 403 only if the service says so
//
// Some routes give one code a meaning of its own before they use the table: registration is closed
// (PERMISSION_DENIED, 403), a group exists already (ALREADY_EXISTS, 409), a pairing code is
// unknown. Routes with a body of errors use the builders of routes/core/answers.h.
#pragma once

#include <absl/status/status.h>

namespace marquee::gateway {

enum class ErrorColumn {
  kRest,
  kIfMatch,
  kAccount,
  kDevice,
  kSettings,
  kProbe,
  kFile,
  kImage,
  kAccess
};

// `code`: not kOk.
int HttpStatusOf(absl::StatusCode code, ErrorColumn column);

}  // namespace marquee::gateway
