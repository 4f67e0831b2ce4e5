// XXH3-128 of bytes: names files, tells one content from another, finds damage. Fast, and no
// defence against somebody who makes collisions on purpose: whoever compares keys compares them
// whole.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace marquee::imageproc {

// 32 lower-case hexadecimal digits.
std::string DigestOf(std::string_view bytes);

// The same over bytes that come in pieces.
class Digester {
 public:
  Digester();
  ~Digester();
  Digester(const Digester&) = delete;
  Digester& operator=(const Digester&) = delete;

  void Add(std::string_view piece);
  std::string Result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace marquee::imageproc
