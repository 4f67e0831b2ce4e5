// Classifies the error of a source.
#pragma once

#include <absl/status/status.h>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// Uses the cause recorded by the HTTP client (libs/httpc/failure.h), else the status code; never
// the message. kNone for OK.
SourceFailure FailureKindOf(const absl::Status& status);

}  // namespace marquee::playlist
