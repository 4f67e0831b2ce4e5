// The calls a client has under way, so that an end can cancel them and wait until gRPC has let go.
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
  // Notes a call; it is under way until the pointer is dropped. Null once Close has begun: do not
  // start the call. `context` must live as long as the pointer.
  std::shared_ptr<void> Enter(grpc::ClientContext& context);

  // Cancels what is under way, lets nothing new begin, and returns when every call has ended or at
  // `deadline`; false: some have not.
  bool Close(absl::Time deadline);

 private:
  void Leave(grpc::ClientContext* context);

  base::Mutex mutex_;
  base::CondVar emptier_;
  bool closed_ MARQUEE_GUARDED_BY(mutex_) = false;
  std::unordered_set<grpc::ClientContext*> calls_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::gateway
