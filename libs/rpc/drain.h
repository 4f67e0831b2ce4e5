// Shutdown order of a module and its gRPC server.
#pragma once

#include <absl/time/time.h>

#include "libs/rpc/server.h"

namespace marquee::rpc {

// A module declares which one ends first: `static constexpr rpc::DrainOrder kDrainOrder = …;`
enum class DrainOrder {
  kServerFirst,  // all calls end by themselves: finish them, then end the module
  kModuleFirst,  // it has endless streams: the module ends them, then the server ends
};

// Rejects new calls and finishes those in progress until `deadline`.
template <class Module>
void DrainBoth(Module& module, Server& server, absl::Time deadline) {
  server.SetServing(false);
  if constexpr (Module::kDrainOrder == DrainOrder::kModuleFirst) module.Drain(deadline);
  server.Drain(deadline);
  if constexpr (Module::kDrainOrder == DrainOrder::kServerFirst) module.Drain(deadline);
}

}  // namespace marquee::rpc
