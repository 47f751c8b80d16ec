// Package check reads the manifests of this folder with the types and rules of those who will read
// them: Kubernetes, Compose, Prometheus. It is a module of its own, so that the program depends on
// none of them.
package check

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const kubernetes = "../kubernetes"

// objects are all manifests by kind and name, decoded strictly: a field that does not exist is an
// error, as it is for kubectl --validate=strict.
func objects(t *testing.T) map[string]any {
	t.Helper()
	all := map[string]any{}
	files, err := filepath.Glob(kubernetes + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if filepath.Base(path) == "kustomization.yaml" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for doc := range bytes.SplitSeq(data, []byte("\n---\n")) {
			var meta struct {
				metav1.TypeMeta   `json:",inline"`
				metav1.ObjectMeta `json:"metadata"`
			}
			if err := yaml.Unmarshal(doc, &meta); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			into := empty(meta.APIVersion + " " + meta.Kind)
			if into == nil {
				t.Errorf("%s: nothing is known of %s %s", path, meta.APIVersion, meta.Kind)
				continue
			}
			if err := yaml.UnmarshalStrict(doc, into); err != nil {
				t.Errorf("%s: %v", path, err)
			}
			all[meta.Kind+" "+meta.Name] = into
		}
	}
	return all
}

func empty(kind string) any {
	switch kind {
	case "v1 ConfigMap":
		return new(corev1.ConfigMap)
	case "v1 Secret":
		return new(corev1.Secret)
	case "v1 Service":
		return new(corev1.Service)
	case "apps/v1 Deployment":
		return new(appsv1.Deployment)
	case "networking.k8s.io/v1 Ingress":
		return new(networkingv1.Ingress)
	case "networking.k8s.io/v1 NetworkPolicy":
		return new(networkingv1.NetworkPolicy)
	case "autoscaling/v2 HorizontalPodAutoscaler":
		return new(autoscalingv2.HorizontalPodAutoscaler)
	case "policy/v1 PodDisruptionBudget":
		return new(policyv1.PodDisruptionBudget)
	}
	return nil
}

func find[T any](t *testing.T, all map[string]any, name string) T {
	t.Helper()
	found, ok := all[name].(T)
	if !ok {
		t.Fatalf("%s is missing", name)
	}
	return found
}

// TestDeployment: what an orchestrator must know about the program, and the restricted profile of
// the Pod Security Standards.
func TestDeployment(t *testing.T) {
	d := find[*appsv1.Deployment](t, objects(t), "Deployment zhilu")
	pod := d.Spec.Template.Spec
	c := pod.Containers[0]
	for what, ok := range map[string]bool{
		"two replicas":             *d.Spec.Replicas == 2,
		"none unavailable":         d.Spec.Strategy.RollingUpdate.MaxUnavailable.IntValue() == 0,
		"one more at a time":       d.Spec.Strategy.RollingUpdate.MaxSurge.IntValue() == 1,
		"grace beyond the drain":   *pod.TerminationGracePeriodSeconds == 25,
		"no token":                 !*pod.AutomountServiceAccountToken,
		"no variables of services": !*pod.EnableServiceLinks,
		"not root":                 *pod.SecurityContext.RunAsNonRoot && *pod.SecurityContext.RunAsUser != 0,
		"seccomp":                  pod.SecurityContext.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
		"no privilege":             !*c.SecurityContext.AllowPrivilegeEscalation && slices.Equal(c.SecurityContext.Capabilities.Drop, []corev1.Capability{"ALL"}),
		"read only":                *c.SecurityContext.ReadOnlyRootFilesystem,
		"memory":                   c.Resources.Limits.Memory().String() == "256Mi",
		"spread":                   len(pod.TopologySpreadConstraints) == 2,
		"selected by itself":       selects(d.Spec.Selector.MatchLabels, d.Spec.Template.Labels),
	} {
		if !ok {
			t.Error("not so: " + what)
		}
	}
	for name, p := range map[string]*corev1.Probe{"/livez": c.LivenessProbe, "/readyz": c.ReadinessProbe, "/readyz ": c.StartupProbe} {
		if p.HTTPGet.Path != strings.TrimSpace(name) || p.HTTPGet.Port.String() != "ops" {
			t.Errorf("%s: %+v", name, p.HTTPGet)
		}
	}
	for _, p := range []struct {
		name string
		port int32
	}{{"webhook", 8080}, {"console", 8081}, {"ops", 9090}} {
		if !slices.ContainsFunc(c.Ports, func(c corev1.ContainerPort) bool { return c.Name == p.name && c.ContainerPort == p.port }) {
			t.Errorf("no port %s", p.name)
		}
	}
}

func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return len(selector) > 0
}

// TestReferences: names that one manifest uses exist in another one.
func TestReferences(t *testing.T) {
	all := objects(t)
	d := find[*appsv1.Deployment](t, all, "Deployment zhilu")
	labels := d.Spec.Template.Labels
	for name, port := range map[string]string{"Service zhilu": "webhook", "Service zhilu-console": "console"} {
		s := find[*corev1.Service](t, all, name)
		if !selects(s.Spec.Selector, labels) || s.Spec.Ports[0].TargetPort.String() != port {
			t.Errorf("%s: %+v", name, s.Spec)
		}
	}
	policy := find[*networkingv1.NetworkPolicy](t, all, "NetworkPolicy zhilu")
	var open []string
	for _, rule := range policy.Spec.Ingress {
		if len(rule.From) != 1 || len(rule.Ports) != 1 {
			t.Errorf("%+v", rule)
		}
		open = append(open, fmt.Sprint(rule.Ports[0].Port, " ", rule.From[0].NamespaceSelector.MatchLabels))
	}
	if want := []string{"webhook map[kubernetes.io/metadata.name:ingress-nginx]", "console map[zhilu-console:allowed]", "ops map[kubernetes.io/metadata.name:monitoring]"}; !slices.Equal(open, want) {
		t.Errorf("open: %q", open)
	}
	if !selects(policy.Spec.PodSelector.MatchLabels, labels) || len(policy.Spec.PolicyTypes) != 2 || len(policy.Spec.Egress) != 3 {
		t.Errorf("policy %+v", policy.Spec)
	}
	budget := find[*policyv1.PodDisruptionBudget](t, all, "PodDisruptionBudget zhilu")
	scaler := find[*autoscalingv2.HorizontalPodAutoscaler](t, all, "HorizontalPodAutoscaler zhilu")
	if !selects(budget.Spec.Selector.MatchLabels, labels) || scaler.Spec.ScaleTargetRef.Name != d.Name || *scaler.Spec.MinReplicas < 2 {
		t.Errorf("%+v %+v", budget.Spec, scaler.Spec)
	}
	ingress := find[*networkingv1.Ingress](t, all, "Ingress zhilu").Spec.Rules[0].HTTP.Paths
	if len(ingress) != 1 || ingress[0].Path != "/wechat" || *ingress[0].PathType != networkingv1.PathTypeExact || ingress[0].Backend.Service.Name != "zhilu" {
		t.Errorf("ingress %+v", ingress)
	}
	secret := find[*corev1.Secret](t, all, "Secret zhilu")
	for _, e := range d.Spec.Template.Spec.Containers[0].Env {
		name, isFile := strings.CutSuffix(e.Name, "_FILE")
		if _, ok := secret.StringData[name]; !isFile || !ok || e.Value != "/secrets/"+name {
			t.Errorf("%s=%s is not of the secret", e.Name, e.Value)
		}
	}
	for name, value := range secret.StringData {
		if value != "" {
			t.Errorf("the example holds a value for %s", name)
		}
	}
}

// TestKustomization: it names every file but the example of the secret, and nothing else. (kubectl
// kustomize itself is not needed to run the tests.)
func TestKustomization(t *testing.T) {
	data, err := os.ReadFile(kubernetes + "/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var k struct {
		metav1.TypeMeta `json:",inline"`
		Namespace       string                                   `json:"namespace"`
		Images          []struct{ Name, NewName, NewTag string } `json:"images"`
		Resources       []string                                 `json:"resources"`
	}
	if err := yaml.UnmarshalStrict(data, &k); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(kubernetes + "/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"secret.example.yaml", "kustomization.yaml"}
	want = append(want, k.Resources...)
	for _, f := range files {
		if !slices.Contains(want, filepath.Base(f)) {
			t.Errorf("%s is not listed", f)
		}
	}
	if len(want) != len(files) || k.Kind != "Kustomization" || k.Images[0].Name != "zhilu" {
		t.Errorf("%+v", k)
	}
}
