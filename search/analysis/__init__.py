"""Text → terms in Finnish, Swedish and English, without Django: tokens, base forms, parts, ellipsis and names."""
