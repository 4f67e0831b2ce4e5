// The four services in one process. Each is behind a gRPC server without a socket, and they call
// each other as they call other processes.
#pragma once

#include <absl/status/statusor.h>

#include <memory>

#include "libs/app/program.h"
#include "services/allinone/allinone_config.pb.h"

namespace marquee::allinone {

// Starts the services in the order of their dependencies. Errors are those of the modules: one
// sentence with what cannot be used and what to change.
absl::StatusOr<std::unique_ptr<app::Running>> StartAllInOne(const AllInOneSettings& settings,
                                                            const app::Context& context);

}  // namespace marquee::allinone
