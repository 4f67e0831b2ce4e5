#include "services/gateway/clients/in_flight.h"

#include <vector>

namespace marquee::gateway {

std::shared_ptr<void> InFlight::Enter(grpc::ClientContext& context) {
  const base::MutexLock lock(mutex_);
  if (closed_) return nullptr;
  calls_.insert(&context);
  return {&context, [this](void* entered) { Leave(static_cast<grpc::ClientContext*>(entered)); }};
}

bool InFlight::Close(absl::Time deadline) {
  base::MutexLock lock(mutex_);
  closed_ = true;
  // TryCancel only marks the call and posts: no reaction runs on this thread while the lock is
  // held.
  for (grpc::ClientContext* call : calls_) call->TryCancel();
  while (!calls_.empty()) {
    if (!emptier_.WaitUntil(lock, absl::ToChronoTime(deadline))) return calls_.empty();
  }
  return true;
}

void InFlight::Leave(grpc::ClientContext* context) {
  const base::MutexLock lock(mutex_);
  calls_.erase(context);
  emptier_.NotifyAll();
}

}  // namespace marquee::gateway
