package knowledge

import "testing"

// TestNamesOnTheWeb: every institution, number and portal that common web advice names, often
// by an old or a garbled name, leads to an entry that is right today.
func TestNamesOnTheWeb(t *testing.T) {
	for name, want := range map[string]ID{
		"Centro de quejas de préstamos en línea": "wangdai-tousu", "网贷投诉中心": "wangdai-tousu", "online loan complaint centre": "wangdai-tousu",
		"中国银监会": "nfra-12378", "银保监会": "nfra-12378", "中国银行保险监督管理委员会": "nfra-12378", "银监局": "nfra-branch", "银保监局": "nfra-12378",
		"China Banking Regulatory Commission": "nfra-12378", "China Banking and Insurance Regulatory Commission": "nfra-12378", "CBRC": "nfra-12378",
		"Comisión Reguladora Bancaria de China": "nfra-12378", "Comisión Reguladora de Banca y Seguros de China": "nfra-12378", "12378": "nfra-12378",
		"Oficina Nacional de Información de Internet": "cac-12377", "国家互联网信息办公室": "cac-12377", "National Internet Information Office": "cac-12377", "12377": "cac-12377",
		"Asociación China de Finanzas de Internet": "nifa", "中国互联网金融协会": "nifa", "China Internet Finance Association": "nifa", "Internet Finance Association": "nifa", "互金协会": "nifa",
		"12321": "s12321", "12348": "legal-aid-12348", "法律援助": "legal-aid-12348",
		"21CN": "jutousu-21cn", "聚投诉": "jutousu-21cn", "Recopilación de quejas": "jutousu-21cn", "gather complaints": "jutousu-21cn",
		"黑猫投诉": "blackcat", "Black Cat": "blackcat", "Gato Negro": "blackcat",
		"12315": "samr-12315", "工商局": "samr-12315", "State Grid 12315": "samr-12315", "Industry and Commerce Bureau": "samr-12315", "工商行政管理局": "samr-12315",
		"10086": "carriers", "运营商": "carriers", "telecom operator": "carriers",
		"中国人民银行": "pbc-12363", "People's Bank of China": "pbc-12363", "Banco Popular de China": "pbc-12363",
		"消费者协会": "consumer-association", "consumer association": "consumer-association", "asociación de consumidores": "consumer-association",
		"公安机关": "police-110", "派出所": "police-110", "法院": "court-12368", "媒体曝光": "media", "平台官方客服": "platform",
	} {
		if got := embeddedRelease().Match(name).Label; got != want {
			t.Errorf("%q leads to %q, want %q", name, got, want)
		}
	}
}

// TestHotlinesAreReady: every office with a number says what they will ask, and has its
// sentence for a phrase card.
func TestHotlinesAreReady(t *testing.T) {
	for _, e := range embeddedRelease().All(Channel) {
		if _, ok := e.Facts["phone"]; ok && (e.Call.Empty() || e.Entry.Say == nil) {
			t.Errorf("%s has a number, and no call or say", e.ID)
		}
	}
}
