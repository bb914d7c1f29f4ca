extension Prelude {
  /// The words of `vsrrun repl`.
  static let repl = #"""
    makes_globals = true

    -- Nil for no values at all, which is not the same as a value that is nil.
    function words.show(...)
      local texts = {}
      for index = 1, select("#", ...) do texts[index] = shown((select(index, ...))) end
      if #texts > 0 then return concat(texts, "\t") end
    end

    """#
}
