#include "services/devices/service/device_watch.h"

#include <fmt/format.h>

#include <charconv>

#include "libs/base/status.h"
#include "services/devices/model/ids.h"
#include "services/devices/service/convert.h"

namespace marquee::devices {
namespace {

constexpr size_t kPage = 1000;

}  // namespace

DeviceWatch::DeviceWatch(Deps deps)
    : deps_(deps), instance_(RandomHex(8)), next_send_(deps.clock.Monotonic()) {
  on_device_ = deps_.bus.Subscribe(BusTopic::kDeviceChanged, [this](std::string_view device_id) {
    const base::MutexLock lock(mutex_);
    changed_.emplace(device_id);
  });
}

std::string DeviceWatch::TokenOf(int64_t sequence) const {
  return fmt::format("{}.{}", instance_, sequence);
}

std::optional<int64_t> DeviceWatch::SequenceFrom(std::string_view token) const {
  if (!token.starts_with(instance_ + ".")) return std::nullopt;
  token.remove_prefix(instance_.size() + 1);
  int64_t sequence = 0;
  const auto [stopped, error] =
      std::from_chars(token.data(), token.data() + token.size(), sequence);
  if (error != std::errc() || stopped != token.data() + token.size()) return std::nullopt;
  const int64_t oldest = sent_.empty() ? sequence_ : sent_.front().first - 1;
  if (sequence < oldest || sequence > sequence_) return std::nullopt;
  return sequence;
}

std::shared_ptr<const pb::WatchDevicesResponse> DeviceWatch::MessageOf(const std::string& device_id,
                                                                       int64_t sequence) {
  auto message = std::make_shared<pb::WatchDevicesResponse>();
  message->set_resume_token(TokenOf(sequence));
  const auto seen = deps_.registry.Get(device_id);
  if (seen.ok()) {
    ToProto(*seen, *message->mutable_device());
  } else if (absl::IsNotFound(seen.status())) {
    message->set_deleted_id(device_id);
  } else {
    return nullptr;
  }
  return message;
}

absl::StatusOr<std::vector<DeviceWatch::Updates::Keyed>> DeviceWatch::Everything() {
  std::vector<Updates::Keyed> all;
  DeviceCursor after;
  while (true) {
    MARQUEE_ASSIGN_OR_RETURN(const DevicePage page, deps_.registry.List(after, kPage));
    for (const SeenDevice& seen : page.devices) {
      auto message = std::make_shared<pb::WatchDevicesResponse>();
      ToProto(seen, *message->mutable_device());
      message->set_resume_token(TokenOf(sequence_));
      all.emplace_back(seen.device.id, std::move(message));
    }
    if (!page.next) break;
    after = *page.next;
  }
  if (all.empty()) {
    // An empty message with a token, so that the watcher can resume.
    auto message = std::make_shared<pb::WatchDevicesResponse>();
    message->set_resume_token(TokenOf(sequence_));
    all.emplace_back("", std::move(message));
  }
  return all;
}

grpc::ServerWriteReactor<pb::WatchDevicesResponse>* DeviceWatch::Watch(
    std::string_view resume_token) {
  // Held throughout, so that no change is lost between the read and later notifications.
  const base::MutexLock lock(mutex_);
  const auto resume = SequenceFrom(resume_token);
  if (!resume) {
    const auto all = Everything();
    if (!all.ok()) return watchers_.Refuse(all.status());
    return watchers_.Add(*all);
  }
  std::vector<Updates::Keyed> missed;
  for (const auto& [sequence, device_id] : sent_) {
    if (sequence <= *resume) continue;
    if (auto message = MessageOf(device_id, sequence)) missed.emplace_back(device_id, message);
  }
  return watchers_.Add(missed);
}

void DeviceWatch::Tick() {
  const base::MutexLock lock(mutex_);
  const absl::Duration now = deps_.clock.Monotonic();
  if (now < next_send_) return;
  next_send_ = now + kSendEvery;
  for (std::string& device_id : deps_.presence.TakeChanged()) changed_.insert(std::move(device_id));
  const std::set<std::string> changed = std::exchange(changed_, {});
  const bool watched = !watchers_.empty();
  for (const std::string& device_id : changed) {
    sent_.emplace_back(++sequence_, device_id);
    if (sent_.size() > kResumable) sent_.pop_front();
    if (!watched) continue;
    if (const auto message = MessageOf(device_id, sequence_)) {
      watchers_.Notify(device_id, message);
    } else {
      changed_.insert(device_id);  // on an error: retried by the next tick
    }
  }
}

void DeviceWatch::EndAll(const absl::Status& status) { watchers_.EndAll(status); }

}  // namespace marquee::devices
