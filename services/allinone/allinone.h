// The four services in one process: each behind a gRPC server of its own without a socket, the
// gateway speaking to them as it does to other processes.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "libs/app/program.h"
#include "services/allinone/allinone_config.pb.h"

namespace marquee::allinone {

// Brings the services up in the order in which they need one another. Errors are those of the
// modules: one sentence, what cannot be used and what to change.
absl::StatusOr<std::unique_ptr<app::Running>> StartAllInOne(const AllInOneSettings& settings,
                                                            const app::Context& context);

}  // namespace marquee::allinone
