// The end of a module and the gRPC server in front of it.
#pragma once

#include <absl/time/time.h>

#include "libs/rpc/server.h"

namespace marquee::rpc {

// A module says which of the two ends first: `static constexpr rpc::DrainOrder kDrainOrder = …;`
enum class DrainOrder {
  kServerFirst,  // its calls end by themselves: finish them all, then the module
  kModuleFirst,  // it has streams without an end: the module ends them, then the server
};

// Takes no new calls, finishes what is in hand until `deadline`.
template <class Module>
void DrainBoth(Module& module, Server& server, absl::Time deadline) {
  server.SetServing(false);
  if constexpr (Module::kDrainOrder == DrainOrder::kModuleFirst) module.Drain(deadline);
  server.Drain(deadline);
  if constexpr (Module::kDrainOrder == DrainOrder::kServerFirst) module.Drain(deadline);
}

}  // namespace marquee::rpc
