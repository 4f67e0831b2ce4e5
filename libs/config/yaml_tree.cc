#include "libs/config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>
// After yaml.h, which does not include it.
#include <yaml-cpp/eventhandler.h>

#include <optional>
#include <sstream>
#include <utility>

namespace marquee::config {
namespace {

constexpr size_t kMaxDepth = 16;
// A configuration with a thousand sources has about 8,000.
constexpr size_t kMaxValues = 20'000;

// Aborts the parse from inside an event; caught in ParseYaml.
struct ParseAborted {
  int line;
  std::string why;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    Complete(Make(YamlNode::Kind::kNull, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw ParseAborted{mark.line + 1, "aliases (*name) are not supported; write the value out"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                const std::string& value) override {
    YamlNode node = Make(YamlNode::Kind::kText, mark);
    node.text = value;
    Complete(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    Open(Make(YamlNode::Kind::kList, mark));
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    Open(Make(YamlNode::Kind::kMap, mark));
  }
  void OnMapEnd() override { Close(); }

 private:
  struct Frame {
    YamlNode node;
    std::optional<YamlEntry> entry;  // of a map: a key whose value has not been read yet
  };

  YamlNode Make(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    if (++values_ > kMaxValues) {
      throw ParseAborted{node.line, fmt::format("more than {} values", kMaxValues)};
    }
    return node;
  }

  void Open(YamlNode node) {
    if (frames_.size() == kMaxDepth) {
      throw ParseAborted{node.line, fmt::format("nested deeper than {} levels", kMaxDepth)};
    }
    frames_.push_back({std::move(node), std::nullopt});
  }

  void Close() {
    YamlNode node = std::move(frames_.back().node);
    frames_.pop_back();
    Complete(std::move(node));
  }

  // `node` is complete: it is added to its parent.
  void Complete(YamlNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = frames_.back();
    if (parent.node.kind == YamlNode::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (parent.entry.has_value()) {
      parent.entry->value = std::move(node);
      parent.node.entries.push_back(*std::exchange(parent.entry, std::nullopt));
    } else if (node.kind == YamlNode::Kind::kText) {
      parent.entry = YamlEntry{std::move(node.text), node.line, {}};
    } else {
      throw ParseAborted{node.line, "expected a key (a word and a colon)"};
    }
  }

  YamlNode root_;
  std::vector<Frame> frames_;
  size_t values_ = 0;
};

absl::Status Invalid(std::string_view name, int line, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("{}:{}: {}", name, line, why));
}

}  // namespace

absl::StatusOr<YamlNode> ParseYaml(const std::string& text, std::string_view name) {
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    TreeBuilder builder;
    parser.HandleNextDocument(builder);
    YamlNode root = builder.Take();
    TreeBuilder second;
    if (parser.HandleNextDocument(second)) {
      return Invalid(name, second.Take().line, "a second document; only one is allowed");
    }
    return root;
  } catch (const ParseAborted& refused) {
    return Invalid(name, refused.line, refused.why);
  } catch (const YAML::Exception& error) {
    // An error without position has the mark -1.
    return Invalid(name, error.mark.line + 1, fmt::format("invalid YAML: {}", error.msg));
  }
}

}  // namespace marquee::config
