"""Go templates: text in, closures out. Knows nothing of Helm, charts or Kubernetes."""
