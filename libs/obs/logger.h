// Structured logging: one JSON object per line on standard error.
//   log.Warn("file is not an image", {{"path", path}, {"bytes", size}});
// The message is a constant, searchable sentence; variable parts go into fields. Never log secrets.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace marquee::obs {

enum class Level { kDebug, kInfo, kWarn, kError };

struct Field {
  using Value = std::variant<std::string_view, int64_t, double, bool>;

  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  template <class Int>
    requires std::is_integral_v<Int>
  Field(std::string_view k, Int v) : key(k), value(static_cast<int64_t>(v)) {}

  std::string_view key;
  Value value;
};

using Fields = std::initializer_list<Field>;

// Thread-safe. Field values need to live only for the call.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void Log(Level level, std::string_view message, Fields fields) = 0;

  void Debug(std::string_view message, Fields fields = {}) { Log(Level::kDebug, message, fields); }
  void Info(std::string_view message, Fields fields = {}) { Log(Level::kInfo, message, fields); }
  void Warn(std::string_view message, Fields fields = {}) { Log(Level::kWarn, message, fields); }
  void Error(std::string_view message, Fields fields = {}) { Log(Level::kError, message, fields); }
};

// "debug", "info", "warn", "error"; any other text is kInfo (the settings loader validates the
// value).
Level LevelFromName(std::string_view name);
std::string_view NameOf(Level level);

}  // namespace marquee::obs
