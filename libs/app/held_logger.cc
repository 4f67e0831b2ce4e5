#include "libs/app/held_logger.h"

#include <algorithm>
#include <array>

namespace marquee::app {
namespace {

constexpr absl::Duration kLongestHold = absl::Seconds(1);
constexpr size_t kMaxHeld = 500;
// More fields than any log line of the project has; a held line loses the ones beyond.
constexpr size_t kMaxFields = 16;

// obs::Fields is an initializer_list, which only the compiler can create, so there is one function
// for each length.
using Emit = void (*)(obs::Logger&, obs::Level, std::string_view, const std::vector<obs::Field>&);

template <size_t... kIndex>
void EmitFields(obs::Logger& logger, obs::Level level, std::string_view message,
                const std::vector<obs::Field>& fields) {
  logger.Log(level, message, {fields[kIndex]...});
}

template <size_t... kIndex>
constexpr Emit EmitterOf(std::index_sequence<kIndex...>) {
  return EmitFields<kIndex...>;
}

template <size_t... kLength>
constexpr std::array<Emit, kMaxFields + 1> AllEmitters(std::index_sequence<kLength...>) {
  return {EmitterOf(std::make_index_sequence<kLength>())...};
}

constexpr auto kEmitters = AllEmitters(std::make_index_sequence<kMaxFields + 1>());

}  // namespace

HeldLogger::HeldLogger(obs::Logger& inner, const base::Clock& clock)
    : inner_(inner), clock_(clock), start_(clock.Monotonic()) {}

void HeldLogger::Log(obs::Level level, std::string_view message, obs::Fields fields) {
  {
    const base::MutexLock lock(mutex_);
    if (state_ == State::kDiscarding) return;
    if (state_ == State::kHolding) {
      Line line{level, std::string(message), {}};
      for (const obs::Field& field : fields) {
        line.fields.emplace_back(
            field.key,
            std::visit(
                [](const auto& value) -> Value {
                  if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string_view>) {
                    return std::string(value);
                  } else {
                    return value;
                  }
                },
                field.value));
      }
      lines_.push_back(std::move(line));
      if (lines_.size() >= kMaxHeld || clock_.Monotonic() - start_ > kLongestHold) PassHeldLines();
      return;
    }
  }
  inner_.Log(level, message, fields);
}

void HeldLogger::Release() {
  const base::MutexLock lock(mutex_);
  PassHeldLines();
}

void HeldLogger::Discard() {
  const base::MutexLock lock(mutex_);
  state_ = State::kDiscarding;
  lines_.clear();
}

void HeldLogger::PassHeldLines() {
  for (const Line& line : lines_) {
    std::vector<obs::Field> fields;
    fields.reserve(line.fields.size());
    for (const auto& [key, value] : line.fields) {
      std::visit([&, &name = key](const auto& plain) { fields.emplace_back(name, plain); }, value);
    }
    kEmitters[std::min(fields.size(), kMaxFields)](inner_, line.level, line.message, fields);
  }
  lines_ = {};
  state_ = State::kPassing;
}

}  // namespace marquee::app
