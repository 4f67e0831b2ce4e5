#include "libs/httpc/host_pool.h"

#include <utility>

namespace marquee::httpc {

HostPool::Visit HostPool::Enter(const std::string& host_and_port) {
  Host& host = hosts_.emplace(host_and_port, Host(*this)).first->second;
  host.name_ = host_and_port;
  return Visit(&host);
}

void HostPool::RemoveIfUnused(const Host& host) {
  if (host.sockets_ == 0 && host.visits_ == 0) hosts_.erase(std::string(host.name_));
}

void HostPool::Host::Closed() {
  --sockets_;
  if (closing_sockets_ > 0) --closing_sockets_;
  pool_.RemoveIfUnused(*this);
}

HostPool::Visit::Visit(Visit&& other) noexcept
    : host_(std::exchange(other.host_, nullptr)),
      keeping_(other.keeping_),
      closing_(other.closing_) {}

HostPool::Visit& HostPool::Visit::operator=(Visit&& other) noexcept {
  if (this != &other) {
    Leave();
    host_ = std::exchange(other.host_, nullptr);
    keeping_ = other.keeping_;
    closing_ = other.closing_;
  }
  return *this;
}

bool HostPool::Visit::MayKeepConnection() {
  const int idle =
      (host_->sockets_ - host_->closing_sockets_) - (host_->visits_ - host_->closing_visits_);
  if (idle >= 0 && idle + host_->keeping_ >= host_->pool_.max_idle_) {
    closing_ = true;
    ++host_->closing_visits_;
    ++host_->closing_sockets_;
    return false;
  }
  keeping_ = true;
  ++host_->keeping_;
  return true;
}

void HostPool::Visit::Leave() {
  if (host_ == nullptr) return;
  Host& host = *std::exchange(host_, nullptr);
  if (std::exchange(keeping_, false)) --host.keeping_;
  if (std::exchange(closing_, false)) --host.closing_visits_;
  --host.visits_;
  host.pool_.RemoveIfUnused(host);
}

}  // namespace marquee::httpc
