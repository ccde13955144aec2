// Command oracle answers JSON lines with what Helm's own packages compute.
//
// Each input line is one request; each output line is {"id", "templates"|"result", "error", "stage"}.
// op "render" (the default): path, values, name, namespace, revision, is_install, is_upgrade, kube_version, api_versions.
// Other ops: load, values, yaml, set, lint, relname, deplist, manifest.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"time"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/kube"
	kubefake "helm.sh/helm/v4/pkg/kube/fake"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"
	"helm.sh/helm/v4/pkg/strvals"
)

type request struct {
	ID          string         `json:"id"`
	Op          string         `json:"op"`
	Path        string         `json:"path"`
	Values      map[string]any `json:"values"`
	Name        string         `json:"name"`
	Namespace   string         `json:"namespace"`
	Revision    int            `json:"revision"`
	IsInstall   *bool          `json:"is_install"`
	IsUpgrade   bool           `json:"is_upgrade"`
	KubeVersion string         `json:"kube_version"`
	APIVersions []string       `json:"api_versions"`
	Strict      bool           `json:"strict"`

	Flag          string   `json:"flag"`
	Input         string   `json:"input"`
	Inputs        []string `json:"inputs"`
	WithSubcharts bool     `json:"with_subcharts"`
	Quiet         bool     `json:"quiet"`

	// Base's whole numbers are int64, as --set makes them.
	Base json.RawMessage `json:"base"`

	SkipSchema bool `json:"skip_schema_validation"`
}

type answer struct {
	ID        string            `json:"id,omitempty"`
	Templates map[string]string `json:"templates,omitempty"`
	Result    any               `json:"result,omitempty"`
	Error     *string           `json:"error,omitempty"`
	Stage     string            `json:"stage,omitempty"`
}

func caps(r *request) (*common.Capabilities, error) {
	c := common.DefaultCapabilities.Copy()
	if r.KubeVersion != "" {
		kv, err := common.ParseKubeVersion(r.KubeVersion)
		if err != nil {
			return nil, err
		}
		c.KubeVersion = *kv
	}
	c.APIVersions = append(c.APIVersions, r.APIVersions...)
	return c, nil
}

func render(r *request) (map[string]string, string, error) {
	ch, err := loader.Load(r.Path)
	if err != nil {
		return nil, "load", err
	}
	vals, err := renderValues(r, ch)
	if err != nil {
		return nil, "values", err
	}
	e := engine.Engine{Strict: r.Strict}
	out, err := e.Render(ch, vals)
	return out, "render", err
}

func renderValues(r *request, ch *chart.Chart) (common.Values, error) {
	c, err := caps(r)
	if err != nil {
		return nil, err
	}
	if r.Values == nil {
		r.Values = map[string]any{}
	}
	if err := chartutil.ProcessDependencies(ch, r.Values); err != nil {
		return nil, err
	}
	if r.Revision == 0 {
		r.Revision = 1
	}
	install := !r.IsUpgrade
	if r.IsInstall != nil {
		install = *r.IsInstall
	}
	return commonutil.ToRenderValues(ch, r.Values, common.ReleaseOptions{
		Name: r.Name, Namespace: r.Namespace, Revision: r.Revision, IsInstall: install, IsUpgrade: r.IsUpgrade,
	}, c)
}

func names(fs []*common.File) []string {
	out := []string{}
	for _, f := range fs {
		out = append(out, f.Name)
	}
	return out
}

func load(path string) (any, error) {
	ch, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	deps := []string{}
	for _, d := range ch.Dependencies() {
		deps = append(deps, d.Name())
	}
	crds := []map[string]string{}
	for _, c := range ch.CRDObjects() {
		crds = append(crds, map[string]string{"name": c.Name, "filename": c.Filename})
	}
	return map[string]any{
		"name": ch.Name(), "metadata": ch.Metadata, "values": ch.Values, "files": names(ch.Files),
		"templates": names(ch.Templates), "dependencies": deps, "crds": crds,
	}, nil
}

func plain(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k, e := range x {
			x[k] = plain(e)
		}
	case []any:
		for i, e := range x {
			x[i] = plain(e)
		}
	case json.Number:
		if i, err := x.Int64(); err == nil {
			return i
		}
		f, _ := x.Float64()
		return f
	}
	return v
}

func set(r *request) (any, error) {
	dest := map[string]any{}
	if len(r.Base) > 0 && string(r.Base) != "null" {
		d := json.NewDecoder(bytes.NewReader(r.Base))
		d.UseNumber()
		if err := d.Decode(&dest); err != nil {
			return nil, err
		}
		dest = plain(dest).(map[string]any)
	}
	inputs := r.Inputs
	if inputs == nil {
		inputs = []string{r.Input}
	}
	for _, in := range inputs {
		var err error
		switch r.Flag {
		case "set-string":
			err = strvals.ParseIntoString(in, dest)
		case "set-json":
			err = strvals.ParseJSON(in, dest)
		case "set-literal":
			err = strvals.ParseLiteralInto(in, dest)
		default:
			err = strvals.ParseInto(in, dest)
		}
		if err != nil {
			return nil, err
		}
	}
	return dest, nil
}

func lintChart(r *request) (any, error) {
	l := action.NewLint()
	l.Strict, l.Namespace, l.WithSubcharts, l.Quiet = r.Strict, r.Namespace, r.WithSubcharts, r.Quiet
	l.SkipSchemaValidation = r.SkipSchema
	if r.KubeVersion != "" {
		kv, err := common.ParseKubeVersion(r.KubeVersion)
		if err != nil {
			return nil, err
		}
		l.KubeVersion = kv
	}
	type message struct {
		Severity int    `json:"severity"`
		Path     string `json:"path"`
		Error    string `json:"error"`
	}
	res := l.Run([]string{r.Path}, r.Values)
	messages, errs := []message{}, []string{}
	for _, m := range res.Messages {
		messages = append(messages, message{m.Severity, m.Path, m.Err.Error()})
	}
	for _, e := range res.Errors {
		errs = append(errs, e.Error())
	}
	return map[string]any{"messages": messages, "errors": errs}, nil
}

func manifest(r *request) (any, error) {
	ch, err := loader.Load(r.Path)
	if err != nil {
		return nil, err
	}
	cfg := &action.Configuration{
		Releases:     storage.Init(driver.NewMemory()),
		KubeClient:   &kubefake.PrintingKubeClient{Out: io.Discard},
		Capabilities: common.DefaultCapabilities.Copy(),
	}
	i := action.NewInstall(cfg)
	i.DryRunStrategy = action.DryRunClient
	i.ReleaseName, i.Namespace = r.Name, r.Namespace
	i.WaitStrategy = kube.HookOnlyStrategy
	i.APIVersions = r.APIVersions
	i.IsUpgrade = r.IsUpgrade
	if r.KubeVersion != "" {
		kv, err := common.ParseKubeVersion(r.KubeVersion)
		if err != nil {
			return nil, err
		}
		i.KubeVersion = kv
	}
	rel, err := i.Run(ch, r.Values)
	if err != nil {
		return nil, err
	}
	v1, ok := rel.(*release.Release)
	if !ok {
		return nil, fmt.Errorf("unexpected release type %T", rel)
	}
	return map[string]any{"manifest": v1.Manifest, "notes": v1.Info.Notes}, nil
}

func run(r *request) (a answer) {
	a.ID = r.ID
	fail := func(stage string, err error) {
		text := err.Error()
		a.Error, a.Stage, a.Result, a.Templates = &text, stage, nil, nil
	}
	defer func() {
		if p := recover(); p != nil {
			fail("panic", fmt.Errorf("panic: %v", p))
		}
	}()
	var err error
	switch r.Op {
	case "", "render":
		var stage string
		if a.Templates, stage, err = render(r); err != nil {
			fail(stage, err)
		}
	case "load":
		a.Result, err = load(r.Path)
	case "values":
		var ch *chart.Chart
		if ch, err = loader.Load(r.Path); err == nil {
			var vals common.Values
			if vals, err = renderValues(r, ch); err == nil {
				a.Result = vals["Values"]
			}
		}
	case "yaml":
		a.Result, err = common.ReadValues([]byte(r.Input))
	case "set":
		a.Result, err = set(r)
	case "lint":
		a.Result, err = lintChart(r)
	case "relname":
		err = chartutil.ValidateReleaseName(r.Input)
	case "deplist":
		var buf bytes.Buffer
		if err = action.NewDependency().List(r.Path, &buf); err == nil {
			a.Result = buf.String()
		}
	case "manifest":
		a.Result, err = manifest(r)
	default:
		err = fmt.Errorf("unknown op %q", r.Op)
	}
	if err != nil && a.Error == nil {
		fail(r.Op, err)
	}
	return a
}

func main() {
	log.SetOutput(io.Discard)
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if tz := os.Getenv("TZ"); tz == "" {
		time.Local = time.UTC
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var r request
			var a answer
			if e := json.Unmarshal(line, &r); e != nil {
				text := e.Error()
				a = answer{Error: &text, Stage: "request"}
			} else {
				a = run(&r)
			}
			if e := enc.Encode(a); e != nil {
				text := e.Error()
				_ = enc.Encode(answer{ID: r.ID, Error: &text, Stage: "encode"})
			}
			out.Flush()
		}
		if err != nil {
			return
		}
	}
}
