// Builds a drawing as SVG text. Coordinates are pixels, origin at the top left, y downwards. A
// value type, not thread-safe; elements are drawn in the order in which they were added.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace marquee::demo {

struct Point {
  double x = 0;
  double y = 0;
};

// One colour stop of a gradient: position 0 to 1, CSS colour, opacity 0 to 1.
struct Stop {
  double at = 0;
  std::string_view colour;
  double opacity = 1;
};

class Svg {
 public:
  Svg(int width_px, int height_px) : width_(width_px), height_(height_px) {}

  double w() const { return width_; }
  double h() const { return height_; }

  // Any markup, with fmt placeholders. Pass external text through Escape() first.
  template <typename... Args>
  Svg& Add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(body_), format, std::forward<Args>(args)...);
    body_ += '\n';
    return *this;
  }

  // Gradients are used as fill="url(#id)". `angle` in degrees: 0 runs left to right, 90 downwards.
  Svg& LinearGradient(std::string_view id, double angle, std::initializer_list<Stop> stops);
  // Centre and radius as shares of the filled box.
  Svg& RadialGradient(std::string_view id, Point centre, double radius,
                      std::initializer_list<Stop> stops);
  // filter="url(#id)": blurs the elements drawn with it.
  Svg& Blur(std::string_view id, double sigma_px);

  Svg& Fill(std::string_view paint);  // the whole sheet
  Svg& Rect(double x, double y, double w, double h, std::string_view paint, double opacity = 1,
            double corner = 0);
  Svg& Circle(Point centre, double r, std::string_view paint, double opacity = 1);
  Svg& Ring(Point centre, double r, std::string_view colour, double width, double opacity = 1);
  Svg& Path(std::string_view d, std::string_view paint, double opacity = 1);
  Svg& Stroke(std::string_view d, std::string_view colour, double width, double opacity = 1);
  // Everything between Open() and Close() shares the attributes.
  Svg& Open(std::string_view attributes);
  Svg& Close();

  std::string Finish() const;

  static std::string Escape(std::string_view text);

 private:
  int width_;
  int height_;
  std::string defs_;
  std::string body_;
};

// The colour that is `t` (0 to 1) of the way from `a` to `b`, both written "#rrggbb".
std::string Mix(std::string_view a, std::string_view b, double t);

}  // namespace marquee::demo
