#include "services/devices/settings/settings_pusher.h"

#include <utility>

#include "libs/base/strings.h"

namespace marquee::devices {
namespace {

// How often reconnected displays are looked for.
constexpr absl::Duration kCheckAbsentEvery = absl::Seconds(1);

obs::Counter Pushes(obs::Metrics& metrics, const char* kind) {
  return metrics.counter("marquee_settings_pushes_total",
                         "Displays to which changed settings were sent, by kind.",
                         {{"kind", kind}});
}

}  // namespace

SettingsPusher::SettingsPusher(Deps deps)
    : deps_(deps),
      navigations_(Pushes(deps.metrics, "navigate")),
      applications_(Pushes(deps.metrics, "apply")),
      next_absent_check_(deps.clock.Monotonic()) {}

void SettingsPusher::Note(const SettingsChanges& update) {
  const absl::Duration now = deps_.clock.Monotonic();
  const base::MutexLock lock(mutex_);
  for (const SettingsChange& change : update.changes) {
    if (change.device_id.empty()) continue;
    if (change.after == nullptr) {
      waiting_.erase(change.device_id);
      absent_.erase(change.device_id);
      continue;
    }
    if (change.before == nullptr || change.before == change.after) continue;
    auto earlier = absent_.extract(change.device_id);
    const Waiting first = earlier ? earlier.mapped() : Waiting{change.before, change.after, now};
    waiting_.try_emplace(change.device_id, first).first->second.after = change.after;
  }
}

void SettingsPusher::Tick() {
  const absl::Duration now = deps_.clock.Monotonic();
  std::map<std::string, Waiting> due;
  {
    const base::MutexLock lock(mutex_);
    due.swap(waiting_);
    if (now >= next_absent_check_) {
      next_absent_check_ = now + kCheckAbsentEvery;
      std::erase_if(absent_,
                    [now](const auto& entry) { return now - entry.second.since > kRemember; });
      for (auto entry = absent_.begin(); entry != absent_.end();) {
        const auto here = entry++;
        if (deps_.presence.SocketOf(here->first)) due.insert(absent_.extract(here));
      }
    }
  }
  if (!due.empty()) Apply(due);
}

void SettingsPusher::Apply(const std::map<std::string, Waiting>& due) {
  std::map<std::string, std::vector<std::string>> by_mode;
  std::map<std::pair<const SettingsBody*, const SettingsBody*>,
           std::vector<std::pair<std::string, Socket>>>
      by_change;
  for (const auto& [device_id, waiting] : due) {
    if (waiting.before == waiting.after) continue;  // changed and changed back
    if (waiting.before->mode != waiting.after->mode) {
      by_mode[waiting.after->mode].push_back(device_id);
    } else if (const auto socket = deps_.presence.SocketOf(device_id)) {
      by_change[{waiting.before.get(), waiting.after.get()}].emplace_back(device_id, *socket);
    } else {
      const base::MutexLock lock(mutex_);
      absent_.insert_or_assign(device_id, waiting);
    }
  }
  for (const auto& [mode, device_ids] : by_mode) {
    const absl::Status sent = deps_.sink.Navigate(device_ids, mode);
    if (sent.ok()) {
      navigations_.Add(static_cast<double>(device_ids.size()));
    } else {
      deps_.logger.Warn("a changed mode could not be sent to displays",
                        {{"displays", device_ids.size()}, {"error", base::MessageOf(sent)}});
    }
  }
  for (const auto& [bodies, sockets] : by_change) {
    deps_.sink.ApplySettings(sockets, ChangedKeys(bodies.first->object, bodies.second->object));
    applications_.Add(static_cast<double>(sockets.size()));
  }
}

}  // namespace marquee::devices
