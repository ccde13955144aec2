// Command kubeoracle answers what Helm's Kubernetes libraries compute.
//
// "tables" prints the strategic merge table of every kind that Helm patches strategically (engine/kube/strategies.json).
// Without an argument each line in is {op, kind, original, modified, current} or {op, object}, each line out {result, error}.
// Ops: strategic, merge, threeway, upgrade (managedFields), health.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiextv1beta1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1beta1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/mergepatch"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/util/csaupgrade"

	_ "helm.sh/helm/v4/pkg/kube"
)

func native() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{scheme.AddToScheme, apiextv1beta1.AddToScheme, apiextv1.AddToScheme} {
		if err := add(s); err != nil {
			panic(err)
		}
	}
	return s
}

type field struct {
	strategy, mergeKey string
	of                 reflect.Type
}

// types numbers struct types; each is [name, {field: [type, strategy, merge key]}], -1 for what has no fields.
type types struct {
	number map[reflect.Type]int
	rows   []any
}

func (t *types) add(of reflect.Type) int {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct {
		return -1
	}
	if n, ok := t.number[of]; ok {
		return n
	}
	n := len(t.rows)
	t.number[of] = n
	t.rows = append(t.rows, nil)
	fields := map[string]any{}
	for name, f := range fieldsOf(of) {
		row := []any{t.add(f.of), f.strategy, f.mergeKey}
		for len(row) > 1 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		fields[name] = row
	}
	t.rows[n] = []any{of.Name(), fields}
	return n
}

func fieldsOf(of reflect.Type) map[string]field {
	found := map[string]field{}
	for i := range of.NumField() {
		f := of.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || f.PkgPath != "" && !f.Anonymous {
			continue
		}
		if f.Anonymous && (name == "" || strings.Contains(options, "inline")) {
			inner := f.Type
			for inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct {
				for name, inlined := range fieldsOf(inner) {
					if _, present := found[name]; !present {
						found[name] = inlined
					}
				}
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		kind := f.Type
		for kind.Kind() == reflect.Pointer {
			kind = kind.Elem()
		}
		switch kind.Kind() {
		case reflect.Struct, reflect.Map, reflect.Slice, reflect.Interface:
			found[name] = field{f.Tag.Get("patchStrategy"), f.Tag.Get("patchMergeKey"), f.Type}
		}
	}
	return found
}

func tables() {
	t := &types{number: map[reflect.Type]int{}}
	kinds := map[string]int{}
	all := native().AllKnownTypes()
	var known []schema.GroupVersionKind
	for gvk, of := range all {
		if _, has := of.FieldByName("ObjectMeta"); has && gvk.Version != runtime.APIVersionInternal {
			known = append(known, gvk)
		}
	}
	sort.Slice(known, func(i, j int) bool { return known[i].String() < known[j].String() })
	for _, gvk := range known {
		kinds[gvk.GroupVersion().String()+"/"+gvk.Kind] = t.add(all[gvk])
	}
	out, err := json.Marshal(map[string]any{"kinds": kinds, "types": t.rows})
	if err != nil {
		panic(err)
	}
	fmt.Println(string(out))
}

type request struct {
	Op       string          `json:"op"`
	Original json.RawMessage `json:"original"`
	Modified json.RawMessage `json:"modified"`
	Current  json.RawMessage `json:"current"`
	Object   map[string]any  `json:"object"`
	Manager  string          `json:"manager"`
}

func answer(s *runtime.Scheme, ask request) (json.RawMessage, error) {
	switch ask.Op {
	case "strategic":
		target := &unstructured.Unstructured{}
		if err := target.UnmarshalJSON(ask.Modified); err != nil {
			return nil, err
		}
		typed, err := s.New(target.GroupVersionKind())
		if err != nil {
			return nil, err
		}
		meta, err := strategicpatch.NewPatchMetaFromStruct(typed)
		if err != nil {
			return nil, err
		}
		return strategicpatch.CreateThreeWayMergePatch(ask.Original, ask.Modified, ask.Current, meta, true)
	case "merge":
		return jsonpatch.CreateMergePatch(ask.Original, ask.Modified)
	case "threeway":
		return jsonmergepatch.CreateThreeWayJSONMergePatch(ask.Original, ask.Modified, ask.Current,
			mergepatch.RequireKeyUnchanged("apiVersion"), mergepatch.RequireKeyUnchanged("kind"),
			mergepatch.RequireMetadataKeyUnchanged("name"))
	case "upgrade":
		patch, err := csaupgrade.UpgradeManagedFieldsPatch(
			&unstructured.Unstructured{Object: whole(ask.Object).(map[string]any)}, sets.New(ask.Manager), ask.Manager)
		if len(patch) == 0 && err == nil {
			return json.RawMessage("null"), nil
		}
		return patch, err
	case "health":
		found, err := status.Compute(&unstructured.Unstructured{Object: whole(ask.Object).(map[string]any)})
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"status": found.Status, "message": found.Message})
	}
	return nil, fmt.Errorf("unknown op %q", ask.Op)
}

// whole makes int64 of whole numbers, as the API machinery's decoder does.
func whole(value any) any {
	switch typed := value.(type) {
	case map[string]any:
		for key, inner := range typed {
			typed[key] = whole(inner)
		}
	case []any:
		for at, inner := range typed {
			typed[at] = whole(inner)
		}
	case float64:
		if typed == float64(int64(typed)) {
			return int64(typed)
		}
	}
	return value
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "tables" {
		tables()
		return
	}
	s := native()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<26)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var ask request
		said := map[string]any{}
		if err := json.Unmarshal(lines.Bytes(), &ask); err != nil {
			said["error"] = err.Error()
		} else if result, err := answer(s, ask); err != nil {
			said["error"] = err.Error()
		} else {
			said["result"] = result
		}
		if err := out.Encode(said); err != nil {
			panic(err)
		}
	}
}
