// Which kind of failure a source's error is.
#pragma once

#include <absl/status/status.h>

#include "services/playlist/model/snapshot.h"

namespace marquee::playlist {

// By the cause that the HTTP client noted (libs/httpc/failure.h), else by the code; never by words.
// kNone for OK.
SourceFailure FailureKindOf(const absl::Status& status);

}  // namespace marquee::playlist
