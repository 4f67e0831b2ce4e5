// The calls of a client that are in progress, so that shutdown can cancel them and wait until gRPC
// has finished with them.
#pragma once

#include <absl/time/time.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <unordered_set>

#include "libs/base/mutex.h"

namespace marquee::gateway {

// Thread-safe.
class InFlight {
 public:
  // Registers a call, which counts as in progress until the pointer is destroyed. Null once Close
  // has begun: do not start the call. `context` must outlive the pointer.
  std::shared_ptr<void> Enter(grpc::ClientContext& context);

  // Cancels the calls in progress, rejects new ones, and returns when every call has ended or at
  // `deadline`; false: some have not ended.
  bool Close(absl::Time deadline);

 private:
  void Leave(grpc::ClientContext* context);

  base::Mutex mutex_;
  base::CondVar emptier_;
  bool closed_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::unordered_set<grpc::ClientContext*> calls_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
