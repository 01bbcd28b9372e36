# Pages and papers.
